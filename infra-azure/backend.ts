import * as app from '@pulumi/azure-native/app';
import * as pulumi from '@pulumi/pulumi';
import { PLATFORM_GRACE_SEC } from '../contract/deadlines';
import type { HandOver } from '../contract/hand-over';
import { AWS_SETTINGS, type AwsSetting, type SecretSetting } from '../contract/settings';
import { watch } from './alerts';
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

/** Makes the app's address of its environment's domain. Without one it is no address, and the backend refuses to start with it. */
export const originOf =
  (appName: string) =>
  (domain: string | undefined): string =>
    domain === undefined ? 'no-default-domain' : `https://${appName}.${domain}`;

/**
 * The backend as a Container App: one replica unless more are wanted, since they share the ledger; reached by https alone;
 * its secrets by reference to the vault.
 *
 * It has no custom domain: `publicBaseUrl` is for one that was bound by hand, or for what stands in front.
 */
export class Backend extends pulumi.ComponentResource {
  /** Address under which people and Tavus reach it, without a slash at its end. */
  readonly url: pulumi.Output<string>;

  constructor(name: string, args: BackendArgs, opts?: pulumi.ComponentResourceOptions) {
    // Arguments of a component land in the state, and these hold secrets.
    super('tavus-recordings:azure:Backend', name, {}, opts);
    const { config, platform } = args;
    const { environment: managed, scope } = platform;
    const secrets = storeSecrets(name, config.secrets, platform, this);
    // From the environment's domain and not from the app, which has an address only once it has an ingress.
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
          // Never a revision suffix: it must be unique for the app's whole life.
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
    watch(name, { platform, containerApp, appName, email, parent: this });
    this.registerOutputs();
  }
}

/** What holds for all revisions. */
function configuration(
  { port }: BackendConfig,
  { pullIdentity, appIdentity, registry }: Platform,
  secrets: readonly StoredSecret[],
): app.ContainerAppArgs['configuration'] {
  return {
    activeRevisionsMode: 'Single',
    // Old revisions name secrets, and a secret that is named can't be removed.
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

/** The stack's values by their settings; undefined: it has no such value, or nothing is recorded. */
const handedOver = (handOver: HandOver | undefined): Readonly<Record<AwsSetting, string | undefined>> =>
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the compiler does not keep the keys
  Object.fromEntries(AWS_SETTINGS.map((name) => [name, handOver?.settings[name]])) as Record<
    AwsSetting,
    string | undefined
  >;

/** The bucket is read where AWS has the reader role and Entra the application; otherwise the backend believes Tavus. */
const accessOf = ({ settings }: BackendConfig, handOver: HandOver | undefined): 'web-identity' | undefined =>
  handOver?.settings.RECORDINGS_READER_ROLE_ARN !== undefined &&
  settings.AWS_WEB_IDENTITY_AUDIENCE !== undefined
    ? 'web-identity'
    : undefined;
