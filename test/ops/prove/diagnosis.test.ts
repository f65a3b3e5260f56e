import { failingChecks } from '../../../ops/prove/diagnosis';
import { fakeAws, HEALTHY, ROLE_ARN, TRUST } from '../fake-aws';
import { API_KEY, cliContext, SETTINGS } from '../run';

/** An address without a server. */
const ENV = { ...SETTINGS, TAVUS_API_BASE_URL: 'http://127.0.0.1:1' };

test("the doctor's failing checks are reported at once, each with a fix", async () => {
  const [statement] = [TRUST.Statement];
  const trust = { Statement: { ...statement, Condition: {} } };
  const answers = {
    ...HEALTHY,
    GetRoleCommand: {
      Role: { Arn: ROLE_ARN, MaxSessionDuration: 43_200, AssumeRolePolicyDocument: JSON.stringify(trust) },
    },
  };
  const context = cliContext(ENV);
  const checks = await failingChecks(undefined, context, () => fakeAws(answers));
  expect(checks.map(({ id }) => id)).toContain('role-trust');
  expect(checks.every(({ fix }) => fix !== '')).toBe(true);
  expect(JSON.stringify(checks) + context.written.stderr).not.toContain(API_KEY);
});

test('without the settings the doctor is not run', async () => {
  const connect = (): never => {
    throw new Error('AWS is asked');
  };
  const context = cliContext({ START_API_KEY: 'a-start-key', OPERATOR_KEY: 'an-operator-key' });
  expect([await failingChecks(undefined, context, connect), context.written.stderr]).toEqual([[], '']);
});

test('a failing doctor does not change the report', async () => {
  const connect = (): never => {
    throw new Error('no region');
  };
  const context = cliContext(ENV);
  expect(await failingChecks(undefined, context, connect)).toEqual([]);
  expect(context.written.stderr).toContain('The doctor could not run: no region');
});
