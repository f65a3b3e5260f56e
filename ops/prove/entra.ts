import { UsageError } from '../usage-error';

/** Tokens are renewed this long before they expire. */
const RENEW_EARLY_MS = 5 * 60_000;

/**
 * Gets tokens for a backend behind Easy Auth without an interactive sign-in: with AZURE_TENANT_ID, AZURE_CLIENT_ID and
 * AZURE_CLIENT_SECRET of an app with the operator roles, or with the login of the Azure CLI.
 *
 * @param app client id of the app registration of the sign-in
 * @param onToken receives each new token, so that it can be masked
 * @throws UsageError when Entra gives no token
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
        `--entra-app: Entra gives no token for it, got "${reason}". Log in with \`az login\`, or set AZURE_CLIENT_ID, AZURE_CLIENT_SECRET and AZURE_TENANT_ID`,
      ],
      'npx recordings prove',
    );
  }
  return token;
}
