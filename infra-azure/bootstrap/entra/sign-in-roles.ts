import { problem, ProblemsError } from '../../../contract/problem';
import { addRoles, assignRole, roleNamed, type RequiredRole } from './app-roles';
import type { ChangeContext } from './change-context';
import { findApplications, findServicePrincipal, readPrincipal } from './directory';

const WATCH: RequiredRole = {
  value: 'Recordings.Read',
  member: 'User',
  description: 'Sees and plays recordings at /recordings.',
};
const PROVE: RequiredRole = {
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

/** Adds the roles to the application that people sign in to. An administrator assigns people in the portal, by name. */
export async function signInRoles(
  context: ChangeContext,
  { clientId, prover }: SignInOptions,
): Promise<void> {
  const { graph } = context;
  const principal = prover === undefined ? undefined : await readPrincipal(graph, '--prover', prover);
  const [found] = await findApplications(graph, 'appId', clientId);
  const resource = await findServicePrincipal(graph, clientId);
  if (found === undefined || resource === undefined) throw missing(clientId, found === undefined);
  const app = await addRoles(context, found, [WATCH, PROVE]);
  if (principal !== undefined) {
    await assignRole(context, { principal, resource, role: roleNamed(app, PROVE.value) });
  }
}

const missing = (clientId: string, isUnknown: boolean): ProblemsError =>
  new ProblemsError([
    problem({
      name: '--sign-in-app',
      wrong: isUnknown ? 'is not an app registration of this tenant' : 'has no service principal',
      got: clientId,
      why: 'Its roles could not be assigned.',
      fix: isUnknown ? 'Use the value of easyAuthClientId.' : `Run \`az ad sp create --id ${clientId}\`.`,
    }),
  ]);
