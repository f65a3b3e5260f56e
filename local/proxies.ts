/** Of curl's kind and of Node's and gRPC's own, in either case. */
const PROXY = /^(?:(?:https?|all|no|grpc)_proxy|node_use_env_proxy)$/i;

/**
 * Takes the proxies out of this process's environment, and so out of that of every program it starts: all that they speak
 * to is on this machine, and a proxy would look for it on its own. Answers what was there, for what does need a proxy.
 */
export function takeProxies(env: NodeJS.ProcessEnv = process.env): NodeJS.ProcessEnv {
  const taken = Object.fromEntries(Object.entries(env).filter(([name]) => PROXY.test(name)));
  for (const name of Object.keys(taken)) delete env[name];
  // With NODE_USE_ENV_PROXY this Node's fetch has its proxy already, but looks at this before each request.
  if (Object.keys(taken).length > 0) env['NO_PROXY'] = '*';
  return taken;
}
