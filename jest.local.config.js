/** Tests that run the emulated AWS (Python, installed on first use) and the whole laptop cloud. One at a time: each starts its own. */
const unit = require('./jest.config.js');

/** @type {import('jest').Config} */
module.exports = {
  ...unit,
  testMatch: ['**/*.local-test.ts'],
  maxWorkers: 1,
  testTimeout: 180_000,
};
