// A fake Azure CLI: `az account show`, and `az rest` to a fake Microsoft Graph with its state in a file. It supports
// exactly the command's requests, and refuses the same ones as Graph. Restated from learn.microsoft.com/graph/api
// (read 2026-11-28), not imported from the tested code.
import { readFileSync, writeFileSync } from 'node:fs';
import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual, parseArgs } from 'node:util';

const FILE = process.env.FAKE_AZ_STATE;
const state = JSON.parse(readFileSync(FILE, 'utf8'));
const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

const fail = (text) => {
  writeFileSync(FILE, JSON.stringify(state));
  process.stderr.write(`ERROR: ${text}\n`);
  process.exit(1);
};
const refuse = (reason, code, message) => fail(`${reason}(${JSON.stringify({ error: { code, message } })})`);
const notFound = (id) => refuse('Not Found', 'Request_ResourceNotFound', `Resource '${id}' does not exist.`);
const badRequest = (message) => refuse('Bad Request', 'Request_BadRequest', message);
const answer = (body) => {
  writeFileSync(FILE, JSON.stringify(state));
  if (body !== undefined) process.stdout.write(JSON.stringify(body));
  process.exit(0);
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    method: { type: 'string' },
    url: { type: 'string' },
    'uri-parameters': { type: 'string' },
    body: { type: 'string' },
    query: { type: 'string' },
    output: { type: 'string' },
    'only-show-errors': { type: 'boolean' },
  },
});
if (values.output !== 'json') fail('unrecognized output');
if (state.login === false) fail("Please run 'az login' to setup account.");
if (positionals.join(' ') === 'account show' && values.query === 'tenantId') answer(state.tenantId);
if (positionals.join(' ') !== 'rest')
  fail(`'${positionals.join(' ')}' is misspelled or not recognized by the system.`);

const path = values.url.replace('https://graph.microsoft.com/v1.0', '');
const request = `${values.method} ${path}`;
const [, property, text] = /^\$filter=(\w+) eq '?([^']*)'?$/.exec(values['uri-parameters'] ?? '') ?? [];
const byId = (list, id) => list.find((one) => one.id === id);
const principalOf = (id) => byId(state.servicePrincipals, id) ?? notFound(id);

if (values.method === 'GET') {
  if (state.rights === 'none') refuse('Forbidden', 'Authorization_RequestDenied', 'Insufficient privileges.');
  if (path === '/applications' && ['appId', 'displayName'].includes(property)) {
    answer({ value: state.applications.filter((one) => one[property] === text) });
  }
  if (path === '/servicePrincipals' && property === 'appId') {
    answer({ value: state.servicePrincipals.filter((one) => one.appId === text) });
  }
  const given = /^\/servicePrincipals\/([^/]+)\/appRoleAssignments$/.exec(path)?.[1];
  if (given !== undefined && property === 'resourceId') {
    principalOf(given);
    answer({
      value: state.assignments.filter((one) => one.principalId === given && one.resourceId === text),
    });
  }
  const one = /^\/servicePrincipals\/([^/]+)$/.exec(path)?.[1];
  if (one !== undefined) answer(principalOf(one));
  fail(`${request}: not expected`);
}

if (state.rights !== 'administrator') {
  refuse('Forbidden', 'Authorization_RequestDenied', 'Insufficient privileges to complete the operation.');
}
const body = JSON.parse(values.body);
const only = (...names) => {
  const other = Object.keys(body).filter((name) => !names.includes(name));
  if (other.length > 0) badRequest(`Property '${other.join()}' does not exist, or is not expected.`);
};
/** Another server of Entra does not have a new object yet. */
const lag = (message) => {
  if (!state.lags) return;
  state.lags -= 1;
  message();
};
const checkRoles = (roles, before) => {
  const isRole = (role) =>
    GUID.test(role.id) &&
    role.value &&
    role.displayName &&
    role.description &&
    role.allowedMemberTypes.every((type) => ['Application', 'User'].includes(type));
  if (!roles.every(isRole)) badRequest('Invalid app role.');
  if (new Set(roles.map(({ value }) => value)).size < roles.length) badRequest('Values must be unique.');
  const kept = (role) => isDeepStrictEqual(byId(roles, role.id), role);
  if (!before.every(kept)) {
    refuse(
      'Bad Request',
      'CannotDeleteOrUpdateEnabledEntitlement',
      'Permission cannot be deleted or updated.',
    );
  }
};
const written = (result) => {
  state.writes.push(request.replaceAll(/[0-9a-f-]{36}/g, '<id>'));
  answer(result);
};

if (request === 'POST /applications') {
  only('displayName', 'signInAudience', 'api', 'appRoles');
  if (body.signInAudience !== 'AzureADMyOrg') badRequest('Other tenants could sign in.');
  checkRoles(body.appRoles, []);
  const app = { id: randomUUID(), appId: randomUUID(), identifierUris: [], ...body };
  state.applications.push(app);
  written(app);
}
const patched = /^PATCH \/applications\/([^/]+)$/.exec(request)?.[1];
if (patched !== undefined) {
  only('api', 'identifierUris', 'appRoles');
  const app = byId(state.applications, patched) ?? notFound(patched);
  lag(() => notFound(patched));
  if (body.appRoles !== undefined) checkRoles(body.appRoles, app.appRoles);
  if (body.identifierUris?.some((uri) => uri !== `api://${app.appId}` && !app.identifierUris.includes(uri))) {
    badRequest('Values of identifierUris property must contain a verified domain, tenant ID, or app ID.');
  }
  Object.assign(app, body);
  written(undefined);
}
if (request === 'POST /servicePrincipals') {
  only('appId', 'appRoleAssignmentRequired');
  const app = state.applications.find(({ appId }) => appId === body.appId);
  const unknown = () =>
    badRequest(`The appId '${body.appId}' does not reference a valid application object.`);
  if (app === undefined) unknown();
  lag(unknown);
  const principal = {
    id: randomUUID(),
    displayName: app.displayName,
    servicePrincipalType: 'Application',
    appRoleAssignmentRequired: false,
    ...body,
  };
  state.servicePrincipals.push(principal);
  written(principal);
}
const required = /^PATCH \/servicePrincipals\/([^/]+)$/.exec(request)?.[1];
if (required !== undefined) {
  only('appRoleAssignmentRequired');
  Object.assign(principalOf(required), body);
  written(undefined);
}
const resource = /^POST \/servicePrincipals\/([^/]+)\/appRoleAssignedTo$/.exec(request)?.[1];
if (resource !== undefined) {
  only('principalId', 'resourceId', 'appRoleId');
  if (body.resourceId !== resource) badRequest('resourceId is not that of the address.');
  const { appId } = principalOf(resource);
  lag(() => notFound(body.principalId));
  principalOf(body.principalId);
  const role = byId(state.applications.find((one) => one.appId === appId).appRoles, body.appRoleId);
  if (role?.isEnabled !== true || !role.allowedMemberTypes.includes('Application')) {
    badRequest('Permission entry is not valid for the principal.');
  }
  const isSame = (one) =>
    ['principalId', 'resourceId', 'appRoleId'].every((name) => one[name] === body[name]);
  if (state.assignments.some(isSame)) badRequest('Permission being assigned already exists on the object.');
  const assignment = { id: randomUUID(), ...body };
  state.assignments.push(assignment);
  written(assignment);
}
fail(`${request}: not expected`);
