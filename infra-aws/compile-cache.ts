import * as nodeModule from 'node:module';

// Caches compiled code in the temporary folder: the CDK library is large, and every cdk command starts the app again.
// Imported first, so that the cache covers all later imports.
// Optional, because Node has it only since 22.8.
const { enableCompileCache }: Partial<Pick<typeof nodeModule, 'enableCompileCache'>> = nodeModule;
enableCompileCache?.();
