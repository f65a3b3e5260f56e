import type { PlainObject } from '../wire';

/** A stored resource. */
export interface CloudResource {
  readonly inputs: PlainObject;
  /** Its inputs, and the properties that Azure adds. */
  readonly outputs: PlainObject;
}

/** The part of a cloud that a provider needs. Its error messages are for people. */
export interface Cloud {
  /** Creates or updates the resource with this address. */
  put(type: string, inputs: PlainObject): Promise<CloudResource & { readonly id: string }>;
  /** Undefined if the resource does not exist. */
  get(id: string): Promise<CloudResource | undefined>;
  /** Removes a resource and its children. */
  remove(id: string): Promise<void>;
  /** Caller, subscription and tenant. */
  clientConfig(): Promise<PlainObject>;
}
