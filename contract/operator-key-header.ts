/**
 * Header with the operator key of a start that is marked as a proof: `Authorization` is the start key's, or the sign-in's.
 */
export const OPERATOR_KEY_HEADER = 'x-operator-key';
