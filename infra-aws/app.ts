import './compile-cache';
import { App } from 'aws-cdk-lib';
import { cliTarget } from './deploy-target';
import { exitOnSettingsError } from './exit-on-settings-error';
import { addRecordingsStacks } from './recordings-app';

exitOnSettingsError(() => addRecordingsStacks(new App(), cliTarget()));
