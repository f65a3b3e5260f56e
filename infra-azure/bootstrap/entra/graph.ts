import { spawn } from 'node:child_process';
import { problem, ProblemsError } from '../../../contract/problem';

/** Microsoft Graph with the login of the Azure CLI. */
export interface Graph {
  /** Tenant of the login. */
  readonly tenantId: () => Promise<string>;
  /** @returns undefined if the object does not exist */
  readonly read: (path: string, filter?: string) => Promise<unknown>;
  readonly create: (path: string, body: object) => Promise<unknown>;
  readonly update: (path: string, body: object) => Promise<void>;
}

export interface GraphContext {
  readonly env: NodeJS.ProcessEnv;
  /** Waits before the retry of a change. */
  readonly pause: () => Promise<void>;
}

/** Entra replicates new objects to its other servers, usually within half a minute ([assumption]). */
const MAX_TRIES = 7;

/** Errors of a server that does not have the new object yet. */
const NOT_REPLICATED = /Request_ResourceNotFound|does not reference a valid application object/;

/**
 * Calls Graph with the Azure CLI, which has the person's login. A Pulumi program would need another provider, and state that
 * Entra already has.
 */
export function graphByAz({ env, pause }: GraphContext): Graph {
  const rest = (method: string, path: string, more: readonly string[]): Promise<AzResult> =>
    az(['rest', '--method', method, '--url', `https://graph.microsoft.com/v1.0${path}`, ...more], env);
  const write = async (method: string, path: string, body: object): Promise<unknown> => {
    for (let tries = 1; ; tries += 1) {
      const done = await rest(method, path, ['--body', JSON.stringify(body)]);
      if (done.code === 0) return done.stdout.trim() === '' ? undefined : JSON.parse(done.stdout);
      if (tries === MAX_TRIES || !NOT_REPLICATED.test(done.stderr))
        throw refused(`${method} ${path}`, done.stderr);
      await pause();
    }
  };
  return {
    async tenantId() {
      const done = await az(['account', 'show', '--query', 'tenantId'], env);
      if (done.code !== 0) throw notLoggedIn(done.stderr);
      return String(JSON.parse(done.stdout));
    },
    async read(path, filter) {
      const done = await rest(
        'GET',
        path,
        filter === undefined ? [] : ['--uri-parameters', `$filter=${filter}`],
      );
      if (done.code === 0) return JSON.parse(done.stdout);
      if (done.stderr.includes('Request_ResourceNotFound')) return undefined;
      throw refused(`GET ${path}`, done.stderr);
    },
    create: (path, body) => write('POST', path, body),
    async update(path, body) {
      await write('PATCH', path, body);
    },
  };
}

interface AzResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

const az = (args: readonly string[], env: NodeJS.ProcessEnv): Promise<AzResult> =>
  new Promise((resolve, reject) => {
    const child = spawn('az', [...args, '--output', 'json', '--only-show-errors'], { env });
    const written = { stdout: '', stderr: '' };
    child.stdout.setEncoding('utf8').on('data', (text: string) => (written.stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (written.stderr += text));
    child.once('error', (cause) => reject(noAz(cause)));
    child.once('close', (code) => resolve({ code: code ?? 1, ...written }));
    child.stdin.end();
  });

const noAz = (cause: Error): ProblemsError =>
  new ProblemsError(
    [
      problem({
        name: 'az',
        wrong: 'cannot be started',
        got: cause.message,
        why: 'This command uses its login to Entra.',
        fix: 'Install the Azure CLI; on Windows use it in WSL. Then run this again.',
      }),
    ],
    { cause },
  );

const notLoggedIn = (stderr: string): ProblemsError =>
  new ProblemsError([
    problem({
      name: 'az',
      wrong: 'is not logged in',
      got: lastLine(stderr),
      why: 'This command changes Entra with that login.',
      fix: 'Run `az login --tenant <tenant>`.',
    }),
  ]);

/** Rights of the roles: learn.microsoft.com/entra/identity/role-based-access-control/permissions-reference (read 2026-11-28). */
function refused(request: string, stderr: string): ProblemsError {
  const isForbidden = stderr.includes('Authorization_RequestDenied');
  return new ProblemsError([
    problem({
      name: request,
      wrong: 'was refused by Entra',
      got: isForbidden ? 'Authorization_RequestDenied' : lastLine(stderr),
      why: isForbidden
        ? 'The request needs the Entra role Cloud Application Administrator (or Application Administrator).'
        : 'Earlier changes were kept.',
      fix: isForbidden
        ? 'Ask a person with that role to run this; it makes only the missing changes.'
        : 'Correct the cause, and run this again; it makes only the missing changes.',
    }),
  ]);
}

const lastLine = (text: string): string => text.trim().split('\n').at(-1)?.slice(0, 300) || 'no reason';
