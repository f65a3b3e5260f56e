/** An environment variable's name: upper-case words joined by single underscores, each beginning with a letter. */
const ENV_NAME = /^[A-Z][A-Z0-9]*(?:_[A-Z][A-Z0-9]*)*$/;

/**
 * Splits a setting's name into lower-case words.
 * @throws if the name has another form: `A-B` and `A_1` could share a derived name with `A_B` and `A1`
 */
function words(name: string): string[] {
  if (!ENV_NAME.test(name)) {
    throw new Error(
      `${JSON.stringify(name)}: not a setting's name. Two settings could get the same derived name, and one value would ` +
        'silently replace the other. Use upper-case words joined by single underscores, each beginning with a letter.',
    );
  }
  return name.toLowerCase().split('_');
}

const capitalised = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);

/** CloudFormation output id: alphanumeric only, so `A_NAME` becomes `AName`. */
export function outputId(name: string): string {
  return words(name).map(capitalised).join('');
}

/** Key in the Pulumi configuration: `A_NAME` becomes `aName`. */
export function pulumiConfigKey(name: string): string {
  const id = outputId(name);
  return id.charAt(0).toLowerCase() + id.slice(1);
}

/** Container Apps secret name: lower case, digits and `-`, so `A_NAME` becomes `a-name`. */
export function secretName(name: string): string {
  return words(name).join('-');
}
