import type { types } from '@pulumi/azure-native';
import * as app from '@pulumi/azure-native/app';
import * as pulumi from '@pulumi/pulumi';
import { CALLBACK_PREFIX } from '../contract/callback-path';
import { defined } from '../contract/defined';
import type { EasyAuth } from './config';
import type { Platform } from './platform';

/**
 * Paths that are open without signing in: Tavus has no account here, and neither have the probes. Each callback's own
 * path carries its proof. That a trailing `*` is understood is known of App Service and assumed of Container Apps.
 */
const OPEN_PATHS = ['/healthz', '/readyz', CALLBACK_PREFIX, `${CALLBACK_PREFIX}/*`] as const;

/**
 * Has people sign in with Entra before they reach the backend, which starts nothing while it does not see this in front of
 * it: the app is there before its sign-in. The app registration is made elsewhere, by someone with
 * rights in the directory.
 */
export function requireSignIn(
  name: string,
  { clientId, identities, forwardProxy }: EasyAuth,
  { scope, tenantId }: Platform,
  containerApp: app.ContainerApp,
  parent: pulumi.Resource,
): void {
  new app.ContainerAppsAuthConfig(
    name,
    {
      resourceGroupName: scope.resourceGroupName,
      containerAppName: containerApp.name,
      // The only name that Container Apps looks at.
      authConfigName: 'current',
      platform: { enabled: true },
      globalValidation: {
        unauthenticatedClientAction: 'RedirectToLoginPage',
        redirectToProvider: 'azureactivedirectory',
        excludedPaths: [...OPEN_PATHS],
      },
      httpSettings: { requireHttps: true, ...defined({ forwardProxy: forwardProxyArgs(forwardProxy) }) },
      identityProviders: {
        azureActiveDirectory: {
          enabled: true,
          registration: {
            clientId,
            openIdIssuer: pulumi.interpolate`https://login.microsoftonline.com/${tenantId}/v2.0`,
          },
          // Sorted: the order means nothing, and a new one would be a change.
          ...(identities === undefined
            ? {}
            : {
                validation: {
                  defaultAuthorizationPolicy: { allowedPrincipals: { identities: identities.toSorted() } },
                },
              }),
        },
      },
    },
    { parent, deletedWith: containerApp },
  );
}

/** A header that Azure has no name for, such as Application Gateway's, is a convention of its own. */
const forwardProxyArgs = (host: string | undefined): types.input.app.ForwardProxyArgs | undefined =>
  host === undefined
    ? undefined
    : host === 'Standard'
      ? { convention: 'Standard' }
      : { convention: 'Custom', customHostHeaderName: host };
