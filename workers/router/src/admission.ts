/**
 * Counts what is on its way into conversations. Over the limit a webhook is refused before anything is accepted, and a
 * tenant is refused long before the isolate is, so that its flood stays its own. An idle tenant always gets in, whatever
 * the size of its batch.
 */
export class Admission {
  readonly #perTenant: number;
  readonly #total: number;
  readonly #open = new Map<string, number>();
  #sum = 0;

  constructor(limits: { perTenant: number; total: number }) {
    this.#perTenant = limits.perTenant;
    this.#total = limits.total;
  }

  verdict(tenantId: string): "free" | "tenant_busy" | "all_busy" {
    if (this.#sum >= this.#total) return "all_busy";
    return (this.#open.get(tenantId) ?? 0) >= this.#perTenant ? "tenant_busy" : "free";
  }

  enter(tenantId: string, arrivals: number): void {
    this.#sum += arrivals;
    this.#open.set(tenantId, (this.#open.get(tenantId) ?? 0) + arrivals);
  }

  leave(tenantId: string, arrivals: number): void {
    this.#sum -= arrivals;
    const left = (this.#open.get(tenantId) ?? 0) - arrivals;
    if (left > 0) this.#open.set(tenantId, left);
    else this.#open.delete(tenantId);
  }
}
