import { expectationProblems } from '../expected';
import { BACKEND } from '../helpers';
import { invariantProblems } from '../invariants';
import { propertyMutants } from '../mutants/property-mutants';
import { type CfnTemplate, type TemplateObject, TARGET } from '../template';
import { makeIdentityApp, synthIdentity } from './helpers';

const PROVIDER = 'Provider111111112222433384445555555555552E941145';

const problemsOf = (template: CfnTemplate): string[] => [
  ...expectationProblems(
    template,
    {
      [PROVIDER]: {
        type: 'AWS::IAM::OIDCProvider',
        properties: {
          ClientIdList: [
            'api://bbbbbbbb-cccc-4ddd-8eee-ffffffffffff',
            'bbbbbbbb-cccc-4ddd-8eee-ffffffffffff',
          ],
          // The trailing slash is part of the issuer.
          Url: 'https://sts.windows.net/11111111-2222-4333-8444-555555555555/',
        },
        // The account's only provider of this issuer; others may use it.
        survivesItsStack: true,
      },
    },
    {
      ProviderArn11111111222243338444555555555555: `arn:aws:iam::${TARGET.account}:oidc-provider/sts.windows.net/11111111-2222-4333-8444-555555555555/`,
    },
  ),
  ...invariantProblems(template, ['AWS::IAM::OIDCProvider']),
];

const providersOf = (environments: unknown): TemplateObject[] =>
  Object.values(synthIdentity(environments).Resources).map(({ Properties }) => Properties);

const another = { ...BACKEND, principalId: '99999999-7777-4888-8999-aaaaaaaaaaaa' };

describe("the app of the account's identity providers", () => {
  it('creates exactly the expected provider', () => {
    expect(problemsOf(synthIdentity())).toEqual([]);
  });

  it('does not with a fault in it', () => {
    const mutants = propertyMutants(synthIdentity());
    expect(mutants.length).toBeGreaterThanOrEqual(10);
    expect(mutants.filter(({ template }) => problemsOf(template).length === 0)).toEqual([]);
  });

  it('creates one provider for a tenant, with the audiences of all its environments in any order', () => {
    const audience = 'api://aaaaaaaa-cccc-4ddd-8eee-ffffffffffff';
    const environments = { dev: { backend: BACKEND }, prod: { backend: { ...another, audience } }, test: {} };
    const providers = providersOf(environments);
    expect(providers).toEqual([
      expect.objectContaining({
        ClientIdList: [audience.slice(6), audience, BACKEND.audience, BACKEND.audience.slice(6)],
      }),
    ]);
    const reversed = Object.fromEntries(Object.entries(environments).toReversed());
    expect(providersOf(reversed)).toEqual(providers);
  });

  it('creates one provider for each tenant, and does not change that of another tenant', () => {
    const tenantId = '99999999-2222-4333-8444-555555555555';
    const { Resources } = synthIdentity({
      dev: { backend: BACKEND },
      prod: { backend: { ...another, tenantId } },
    });
    expect(Object.keys(Resources)).toHaveLength(2);
    expect(Resources[PROVIDER]).toEqual(synthIdentity().Resources[PROVIDER]);
  });

  it.each([
    ['api://acme.example/recordings', ['api://acme.example/recordings']],
    [`api://${BACKEND.tenantId}/recordings`, [`api://${BACKEND.tenantId}/recordings`]],
    [`api://${BACKEND.tenantId}`, [`api://${BACKEND.tenantId}`]],
  ])('derives no application id from %s', (audience, clientIds) => {
    expect(providersOf({ dev: { backend: { ...BACKEND, audience } } })).toEqual([
      expect.objectContaining({ ClientIdList: clientIds }),
    ]);
  });

  it('is deployed with the rights of a person, without a bootstrap', () => {
    const stack = makeIdentityApp().synth().getStackByName('TavusRecordingsIdentity');
    expect(stack.manifest.properties).toEqual({
      templateFile: 'TavusRecordingsIdentity.template.json',
      // The provider is retained in any case.
      terminationProtection: false,
      validateOnSynth: false,
    });
  });

  it('describes how to deploy it, and what to do if the provider exists', () => {
    const { template } = makeIdentityApp().synth().getStackByName('TavusRecordingsIdentity');
    expect(template).toMatchObject({
      Description: expect.stringMatching(
        /infra-aws\/identity\.ts.*aws iam add-client-id-to-open-id-connect-provider --open-id-connect-provider-arn .* --client-id <audience>$/,
      ),
    });
    expect(JSON.stringify(template.Description).length).toBeLessThanOrEqual(1_024);
  });

  it('reports all problems before the first construct', () => {
    expect(() =>
      makeIdentityApp(
        { dev: { backend: { ...BACKEND, tenantId: 'x' } } },
        { account: undefined, region: 'cn-north-1' },
      ),
    ).toThrow(/:\n- region: .*\n- environments\.dev\.backend\.tenantId: [^\n]*$/);
  });

  it('refuses environments without a backend', () => {
    expect(() => makeIdentityApp({ dev: {}, prod: {} })).toThrow(
      '- environments: have no backend, got dev, prod. The stack needs the tenant of a backend, whose tokens AWS will trust. ' +
        'Set backend of an environment in cdk.json: { tenantId, principalId, audience }.',
    );
  });
});
