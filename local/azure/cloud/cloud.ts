import type { PlainObject } from '../wire';

/** One resource as it is. */
export interface CloudResource {
  readonly inputs: PlainObject;
  /** Its inputs, and what Azure adds to them. */
  readonly outputs: PlainObject;
}

/** What a provider needs of a cloud. Errors are sentences for people. */
export interface Cloud {
  /** Makes a resource, or changes the one that has its address. */
  put(type: string, inputs: PlainObject): Promise<CloudResource & { readonly id: string }>;
  /** Undefined: there is none. */
  get(id: string): Promise<CloudResource | undefined>;
  /** Removes a resource and everything in it. */
  remove(id: string): Promise<void>;
  /** Who is asking, and where. */
  clientConfig(): Promise<PlainObject>;
}
