import { UsageError } from '../usage-error';

/** A token is renewed so long before it expires. */
const RENEW_EARLY_MS = 5 * 60_000;

/**
 * Tokens for a backend behind Easy Auth: of an app with the roles of an operator, by AZURE_TENANT_ID, AZURE_CLIENT_ID and
 * AZURE_CLIENT_SECRET, or else of the Azure CLI's login. No person signs in.
 *
 * @param app client id of the app registration that the sign-in uses
 * @param onToken told of each token, so that it can be hidden
 * @throws UsageError when there is no token
 */
export async function entraToken(
  app: string,
  onToken: (token: string) => void,
): Promise<() => Promise<string>> {
  const { AzureCliCredential, ChainedTokenCredential, EnvironmentCredential } =
    await import('@azure/identity');
  const credential = new ChainedTokenCredential(new EnvironmentCredential(), new AzureCliCredential());
  let held: { readonly token: string; readonly expiresOnTimestamp: number } | undefined;
  const token = async (): Promise<string> => {
    if (held === undefined || held.expiresOnTimestamp - RENEW_EARLY_MS < Date.now()) {
      held = await credential.getToken(`api://${app}/.default`);
      onToken(held.token);
    }
    return held.token;
  };
  try {
    await token();
  } catch (error) {
    const [reason = 'no reason given'] = (error instanceof Error ? error.message : String(error)).split('\n');
    throw new UsageError(
      [
        `--entra-app: Entra gives no token for it, got "${reason}". Log in with \`az login\`, or set AZURE_CLIENT_ID and its secret`,
      ],
      'npx recordings prove',
    );
  }
  return token;
}
