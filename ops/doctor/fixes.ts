/**
 * How the doctor writes commands: so that they can be pasted into sh, PowerShell and cmd alike. These agree about words and
 * about double quotes, and about nothing else: no single quotes, no JSON, no variables, no `&&`, `;` or `#`.
 */

/** Double quotes, for text in which a shell would see more than a word: commas, brackets, braces. */
export const quoted = (text: string): string => `"${text}"`;

/**
 * A command that needs JSON. It goes by a file, because no two shells pass JSON on alike.
 * @param command gets the address of the file
 */
export const withFile = (name: string, json: unknown, command: (address: string) => string): string =>
  `Save as ${name}: ${JSON.stringify(json)} Then run \`${command(`file://${name}`)}\`.`;

/** Setting a variable of the environment, in both kinds of shell. */
export const setVariable = (name: string, value: string): string =>
  `\`export ${name}=${value}\` (PowerShell: \`$env:${name} = "${value}"\`)`;

/** How somebody changes a policy that they have to see first: it goes by a file, too. */
const edited = (show: string, change: string, put: string, file: string): string =>
  `\`${show} --output text\` prints the policy: save it as ${file} in UTF-8, ${change}, and run \`${put} --policy file://${file}\`.`;

/** @param change in words, as a request: `take out ...` */
export const editBucketPolicy = (bucket: string, change: string): string =>
  edited(
    `aws s3api get-bucket-policy --bucket ${bucket} --query Policy`,
    change,
    `aws s3api put-bucket-policy --bucket ${bucket}`,
    'bucket-policy.json',
  );

/** @param change in words, as a request: `take out ...` */
export const editKeyPolicy = (change: string): string =>
  edited(
    'aws kms get-key-policy --key-id <key> --policy-name default --query Policy',
    change,
    'aws kms put-key-policy --key-id <key> --policy-name default',
    'key-policy.json',
  );

/** What spares the role in a Deny, whatever else the statement asks. */
export const EXEMPT_THE_ROLE =
  'spare the role by "ArnNotLike":{"aws:PrincipalArn":"<role ARN>"} in the Condition of the Deny, or take the statement out';
