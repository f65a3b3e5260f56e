import * as nodeModule from 'node:module';

// Keeps compiled code in the temporary folder: the library is large, and every cdk command starts the app anew.
// Imported first, so that all that follows is cached too.
// Optional, because it came with Node 22.8.
const { enableCompileCache }: Partial<Pick<typeof nodeModule, 'enableCompileCache'>> = nodeModule;
enableCompileCache?.();
