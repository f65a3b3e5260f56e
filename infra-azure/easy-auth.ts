import type { types } from '@pulumi/azure-native';
import * as app from '@pulumi/azure-native/app';
import * as pulumi from '@pulumi/pulumi';
import { CALLBACK_PREFIX } from '../contract/callback-path';
import { defined } from '../contract/defined';
import type { EasyAuth } from './config';
import type { Platform } from './platform';

/**
 * Paths that need no sign-in: those of health probes, and of callbacks, which carry a token in the path. App Service supports
 * a trailing `*`; for Container Apps that is an [assumption].
 */
const OPEN_PATHS = ['/healthz', '/readyz', CALLBACK_PREFIX, `${CALLBACK_PREFIX}/*`] as const;

/**
 * Requires Entra sign-in in front of the backend. Azure creates the app before its sign-in, so the backend refuses starts
 * until it sees the sign-in in front of it. This does not create the app registration: that takes rights in the directory.
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
      // The only name that Container Apps uses.
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
          // Sorted, because the order has no meaning but would show as a diff.
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

/** `Standard`, or a custom header such as Application Gateway's. */
const forwardProxyArgs = (host: string | undefined): types.input.app.ForwardProxyArgs | undefined =>
  host === undefined
    ? undefined
    : host === 'Standard'
      ? { convention: 'Standard' }
      : { convention: 'Custom', customHostHeaderName: host };
