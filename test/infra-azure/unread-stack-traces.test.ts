const before = Error.prepareStackTrace?.bind(Error);
const MAPPED = 'mapped to its source';

/** The stack that an error has once the module was loaded, as if by the SDK's runner. */
function stackOf(error: () => Error, env: Readonly<Record<string, string>> = {}): string | undefined {
  Error.prepareStackTrace = () => MAPPED;
  jest.replaceProperty(process, 'env', { ...env });
  jest.isolateModules(() => jest.requireActual('../../infra-azure/unread-stack-traces'));
  // Read here: a trace is made when it is read first.
  return error().stack;
}

afterEach(() => {
  Error.prepareStackTrace = before;
  jest.restoreAllMocks();
});

test('the trace of a promise, which nobody reads, is not made', () => {
  expect(stackOf(() => new Error())).toBe('Error');
});

test('the trace of an error that says something is mapped', () => {
  expect(stackOf(() => new Error('what is wrong'))).toBe(MAPPED);
});

test('the trace of an error that gets its words later is mapped', () => {
  expect(stackOf(() => Object.assign(new Error(), { message: 'what is wrong' }))).toBe(MAPPED);
});

test('the place of a resource, for which every frame is asked for, is mapped', () => {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = Number.POSITIVE_INFINITY;
  try {
    expect(stackOf(() => new Error())).toBe(MAPPED);
  } finally {
    Error.stackTraceLimit = limit;
  }
});

test('while promises that never settle are searched for, their traces are made', () => {
  expect(stackOf(() => new Error(), { PULUMI_DEBUG_PROMISE_LEAKS: 'true' })).toBe(MAPPED);
});

test('where nothing is mapped, nothing is changed', () => {
  Reflect.deleteProperty(Error, 'prepareStackTrace');
  jest.isolateModules(() => jest.requireActual('../../infra-azure/unread-stack-traces'));
  expect(Object.hasOwn(Error, 'prepareStackTrace')).toBe(false);
});
