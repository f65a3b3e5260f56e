import * as app from '@pulumi/azure-native/app';
import * as pulumi from '@pulumi/pulumi';
import { PLATFORM_GRACE_SEC } from '../contract/deadlines';
import type { HandOver } from '../contract/hand-over';
import { AWS_SETTINGS, type AwsSetting, type SecretSetting } from '../contract/settings';
import { createAlerts } from './alerts';
import type { BackendConfig } from './config';
import { container } from './container';
import { requireSignIn } from './easy-auth';
import { environmentVariables, referenceTo, type InjectedEnvironment } from './environment-variables';
import type { Platform } from './platform';
import { storeSecrets, type StoredSecret } from './secrets';

export interface BackendArgs {
  readonly config: BackendConfig;
  readonly platform: Platform;
  /** Undefined: recording is off, and no AWS value is injected. */
  readonly handOver: HandOver | undefined;
}

/** The app's address in its environment's domain. Without a domain it returns text that the backend refuses as an address. */
export const originOf =
  (appName: string) =>
  (domain: string | undefined): string =>
    domain === undefined ? 'no-default-domain' : `https://${appName}.${domain}`;

/**
 * The backend as a Container App: at least one replica, https only, secrets by reference to the vault.
 *
 * It creates no custom domain: `publicBaseUrl` is for a domain bound manually, or for a proxy in front of the app.
 */
export class Backend extends pulumi.ComponentResource {
  /** Public address, without a trailing slash. */
  readonly url: pulumi.Output<string>;

  constructor(name: string, args: BackendArgs, opts?: pulumi.ComponentResourceOptions) {
    // No arguments: Pulumi stores a component's arguments in the state, and these hold secrets.
    super('tavus-recordings:azure:Backend', name, {}, opts);
    const { config, platform } = args;
    const { environment: managed, scope } = platform;
    const secrets = storeSecrets(name, config.secrets, platform, this);
    // Not from the app itself: the app needs its address before it exists.
    this.url =
      config.publicBaseUrl === undefined
        ? managed.defaultDomain.apply(originOf(config.appName))
        : pulumi.output(config.publicBaseUrl);
    const environment = environmentVariables(injected(args, secrets, this.url));

    const containerApp = new app.ContainerApp(
      name,
      {
        ...scope,
        containerAppName: config.appName,
        managedEnvironmentId: managed.id,
        workloadProfileName: 'Consumption',
        identity: {
          type: 'UserAssigned',
          userAssignedIdentities: [platform.pullIdentity.id, platform.appIdentity.id],
        },
        configuration: configuration(config, platform, secrets),
        template: {
          // No revision suffix: a suffix can never be used again in the app's lifetime.
          containers: [container({ ...config, env: environment })],
          scale: { minReplicas: 1, maxReplicas: config.maxReplicas },
          terminationGracePeriodSeconds: PLATFORM_GRACE_SEC,
        },
      },
      {
        parent: this,
        protect: platform.protectData,
        dependsOn: [...platform.rights, ...secrets.map(({ resource }) => resource)],
      },
    );
    if (config.easyAuth !== undefined) {
      requireSignIn(`${name}-sign-in`, config.easyAuth, platform, containerApp, this);
    }
    const { appName, alertEmail: email } = config;
    createAlerts(name, { platform, containerApp, appName, email, parent: this });
    this.registerOutputs();
  }
}

/** Configuration of all revisions. */
function configuration(
  { port }: BackendConfig,
  { pullIdentity, appIdentity, registry }: Platform,
  secrets: readonly StoredSecret[],
): app.ContainerAppArgs['configuration'] {
  return {
    activeRevisionsMode: 'Single',
    // Old revisions refer to secrets, and Azure does not remove a secret in use.
    maxInactiveRevisions: 5,
    identitySettings: [
      { identity: pullIdentity.id, lifecycle: 'None' },
      { identity: appIdentity.id, lifecycle: 'Main' },
    ],
    ingress: {
      external: true,
      allowInsecure: false,
      targetPort: port,
      transport: 'http',
      traffic: [{ latestRevision: true, weight: 100 }],
    },
    registries: [{ server: registry.loginServer, identity: pullIdentity.id }],
    secrets: secrets.map(({ name, keyVaultUrl }) => ({ name, keyVaultUrl, identity: pullIdentity.id })),
  };
}

function injected(
  { config, platform, handOver }: BackendArgs,
  secrets: readonly StoredSecret[],
  url: pulumi.Output<string>,
): InjectedEnvironment {
  const secret = (name: SecretSetting): StoredSecret | undefined =>
    secrets.find(({ setting }) => setting === name);
  const reference = (name: SecretSetting) => referenceTo(name, secret(name) !== undefined);
  return {
    ...config.settings,
    ...handedOver(handOver),
    RECORDINGS_ACCESS: accessOf(config, handOver),
    TAVUS_API_KEY: reference('TAVUS_API_KEY'),
    TAVUS_API_KEY_VERSION: secret('TAVUS_API_KEY')?.version,
    CALLBACK_SECRETS: reference('CALLBACK_SECRETS'),
    CALLBACK_SECRETS_VERSION: secret('CALLBACK_SECRETS')?.version,
    START_API_KEY: reference('START_API_KEY'),
    START_API_KEY_VERSION: secret('START_API_KEY')?.version,
    OPERATOR_KEY: reference('OPERATOR_KEY'),
    OPERATOR_KEY_VERSION: secret('OPERATOR_KEY')?.version,
    PUBLIC_BASE_URL: url,
    LEDGER_URL: platform.ledger.url,
    AZURE_CLIENT_ID: platform.appIdentity.clientId,
    EASY_AUTH: String(config.easyAuth !== undefined),
  };
}

/** The CDK stack's values by setting; undefined if the stack has no such value, or recording is off. */
const handedOver = (handOver: HandOver | undefined): Readonly<Record<AwsSetting, string | undefined>> =>
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the compiler does not keep the keys
  Object.fromEntries(AWS_SETTINGS.map((name) => [name, handOver?.settings[name]])) as Record<
    AwsSetting,
    string | undefined
  >;

/** The backend reads the bucket if AWS has the reader role and Entra the application; otherwise it relies on Tavus. */
const accessOf = ({ settings }: BackendConfig, handOver: HandOver | undefined): 'web-identity' | undefined =>
  handOver?.settings.RECORDINGS_READER_ROLE_ARN !== undefined &&
  settings.AWS_WEB_IDENTITY_AUDIENCE !== undefined
    ? 'web-identity'
    : undefined;
