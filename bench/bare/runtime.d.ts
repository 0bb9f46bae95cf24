/** What the bare Worker uses of the runtime. The rest of this folder's neighbours run in Node, whose types are in force here. */
declare module "cloudflare:workers" {
  export type SqlCursor<T> = { toArray(): T[] };
  export type ObjectState = {
    storage: { sql: { exec<T = unknown>(query: string, ...values: (string | number)[]): SqlCursor<T> } };
  };
  export type Stub<T> = { [K in keyof T]: T[K] };
  export type Namespace<T> = { getByName(name: string): Stub<T> };

  export class DurableObject<Env> {
    protected readonly ctx: ObjectState;
    protected readonly env: Env;
    constructor(ctx: ObjectState, env: Env);
  }
}
