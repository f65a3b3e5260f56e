/**
 * Commands that work in sh, PowerShell and cmd. The three agree only on plain words and double quotes, so there are no
 * single quotes, JSON, variables, `&&`, `;` or `#`.
 */

/** Quotes an argument with commas, brackets or braces. */
export const quoted = (text: string): string => `"${text}"`;

/**
 * A command that needs JSON. The JSON goes into a file, because each shell quotes it differently.
 * @param command gets the URL of the file
 */
export const withFile = (name: string, json: unknown, command: (address: string) => string): string =>
  `Save as ${name}: ${JSON.stringify(json)} Then run \`${command(`file://${name}`)}\`.`;

/** Sets an environment variable, in sh and in PowerShell. */
export const setVariable = (name: string, value: string): string =>
  `\`export ${name}=${value}\` (PowerShell: \`$env:${name} = "${value}"\`)`;

/** Instructions to change an existing policy, through a file. */
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

/** Exempts the role from a Deny, whatever its other conditions are. */
export const EXEMPT_THE_ROLE =
  'exempt the role with "ArnNotLike":{"aws:PrincipalArn":"<role ARN>"} in the Condition of the Deny, or remove the statement';
