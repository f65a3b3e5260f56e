/** Tests that run the emulated AWS (Python, installed on first use) and the whole laptop cloud. Each file starts its own. */
const unit = require('./jest.config.js');

/** @type {import('jest').Config} */
module.exports = {
  ...unit,
  testMatch: ['**/*.local-test.ts'],
  // Each mostly waits for its child processes.
  maxWorkers: 2,
  testTimeout: 180_000,
};
