/** Unit tests: npm packages alone, no network, no emulator. The laptop cloud's tests are in jest.local.config.js. */
const swc = ['@swc/jest', { jsc: { parser: { syntax: 'typescript' }, target: 'es2023' } }];

/** @type {import('jest').Config} */
module.exports = {
  testEnvironment: 'node',
  // Jest would leave a core free, and so use one of two.
  maxWorkers: '100%',
  roots: ['<rootDir>/test'],
  testMatch: ['**/*.test.ts'],
  // It ends a test that hangs; how long a test takes on a busy machine decides nothing.
  testTimeout: 60_000,
  // A dynamic import names the file that tsc would make of ours.
  moduleNameMapper: { '^(\\./(?:tables|s3-bucket|credentials|inspect))\\.js$': '$1' },
  transform: { '^.+\\.[cm]?ts$': swc },
};
