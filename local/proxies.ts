/** Proxy variables of curl, Node and gRPC, in upper or lower case. */
const PROXY = /^(?:(?:https?|all|no|grpc)_proxy|node_use_env_proxy)$/i;

/**
 * Removes proxy variables from this process's environment, which its child processes inherit. Everything they connect to
 * is on this computer, where a proxy could not reach it.
 * @returns the removed variables, for the installation of packages
 */
export function takeProxies(env: NodeJS.ProcessEnv = process.env): NodeJS.ProcessEnv {
  const taken = Object.fromEntries(Object.entries(env).filter(([name]) => PROXY.test(name)));
  for (const name of Object.keys(taken)) delete env[name];
  // With NODE_USE_ENV_PROXY fetch has read its proxy already, but it reads NO_PROXY before each request.
  if (Object.keys(taken).length > 0) env['NO_PROXY'] = '*';
  return taken;
}
