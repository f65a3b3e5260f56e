import { problem, ProblemsError } from '../../../contract/problem';
import { addRoles, assignRole, roleNamed, type WantedRole } from './app-roles';
import { findApplications, findServicePrincipal, readProgram } from './directory';
import type { Work } from './work';

const WATCH: WantedRole = {
  value: 'Recordings.Read',
  member: 'User',
  description: 'Sees and plays recordings at /recordings.',
};
const PROVE: WantedRole = {
  value: 'Recordings.Prove',
  member: 'Application',
  description: 'Starts conversations that are marked as a proof.',
};

export interface SignInOptions {
  /** Client id of the app registration that people sign in to. */
  readonly clientId: string;
  /** Object id of the application that proves recordings. */
  readonly prover: string | undefined;
}

/** Gives the application that people sign in to its roles. People get theirs in the portal, which knows their names. */
export async function signInRoles(work: Work, { clientId, prover }: SignInOptions): Promise<void> {
  const { graph } = work;
  const program = prover === undefined ? undefined : await readProgram(graph, '--prover', prover);
  const [found] = await findApplications(graph, 'appId', clientId);
  const resource = await findServicePrincipal(graph, clientId);
  if (found === undefined || resource === undefined) throw missing(clientId, found === undefined);
  const app = await addRoles(work, found, [WATCH, PROVE]);
  if (program !== undefined) {
    await assignRole(work, { program, resource, role: roleNamed(app, PROVE.value) });
  }
}

const missing = (clientId: string, isWhole: boolean): ProblemsError =>
  new ProblemsError([
    problem({
      name: '--sign-in-app',
      wrong: isWhole ? 'is no app registration of this tenant' : 'has no service principal',
      got: clientId,
      why: 'Nobody could have its roles.',
      fix: isWhole ? 'Take the value of easyAuthClientId.' : `Run \`az ad sp create --id ${clientId}\`.`,
    }),
  ]);
