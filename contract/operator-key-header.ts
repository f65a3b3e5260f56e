/** Header for the operator key of a start that is marked as a proof: `Authorization` already holds the start key or the sign-in's token. */
export const OPERATOR_KEY_HEADER = 'x-operator-key';
