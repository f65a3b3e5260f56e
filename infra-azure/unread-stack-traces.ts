/** Switches on the SDK's search for promises that never settle, which prints the stack trace of each. */
const SEARCH = 'PULUMI_DEBUG_PROMISE_LEAKS';

/** How the SDK asks where in the program a resource was made: with every frame. */
const EVERY_FRAME = Number.POSITIVE_INFINITY;

const mapped = Error.prepareStackTrace?.bind(Error);

// The SDK takes a stack trace of every promise, hundreds for each resource, for a search that is off, and its runner maps
// each frame to its source. That was most of what a resource cost (measured 2026-11 with @pulumi/pulumi 3.270.0,
// `npm run bench:pulumi`). These traces, of errors that say nothing, stay empty. Those of all other errors are as they
// were, and so are the places of resources.
if (mapped !== undefined && process.env[SEARCH] === undefined) {
  Error.prepareStackTrace = (error, frames): unknown =>
    error.message === '' && Error.stackTraceLimit !== EVERY_FRAME ? 'Error' : mapped(error, frames);
}
