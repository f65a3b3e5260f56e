/** Tests of the tests: templates with one fault each, of which something has to notice every one. */
const unit = require('./jest.config.js');

/** @type {import('jest').Config} */
module.exports = { ...unit, testMatch: ['**/*.mutants-test.ts'], testTimeout: 120_000 };
