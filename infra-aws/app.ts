import './compile-cache';
import { App } from 'aws-cdk-lib';
import { addRecordingsStacks } from './recordings-app';
import { SettingsError } from './settings-error';

const app = new App();
try {
  addRecordingsStacks(app, {
    account: process.env['CDK_DEFAULT_ACCOUNT'],
    region: process.env['CDK_DEFAULT_REGION'],
  });
} catch (error) {
  if (!(error instanceof SettingsError)) throw error;
  console.error(error.message);
  // Not `process.exitCode`: the app synthesizes itself when the event loop runs dry, and must not write a template now.
  process.exit(1);
}
