import { describe, expect, it } from "vitest";
import { requirePermission } from "./permissions.ts";

describe("requirePermission", () => {
  const key = (tenantId: string) => ({
    type: "api_key" as const,
    id: "key_1",
    tenantId,
    scopes: ["agents.read", "agents.write"] as const,
  });
  it.each([
    ["a granted permission", key("ten_a"), "active", "agents.write", undefined],
    ["a permission that was not granted", key("ten_a"), "active", "usage.read", "FORBIDDEN"],
    ["another tenant", key("ten_b"), "active", "agents.read", "NOT_FOUND"],
    [
      "the platform's own verbs",
      { ...key("ten_a"), scopes: ["tenants.write"] as const },
      "active",
      "tenants.write",
      "FORBIDDEN",
    ],
    ["reading while suspended", key("ten_a"), "suspended", "agents.read", undefined],
    ["writing while suspended", key("ten_a"), "suspended", "agents.write", "TENANT_SUSPENDED"],
    ["the platform while suspended", { type: "platform" as const }, "suspended", "agents.write", undefined],
  ] as const)("answers to %s", (_what, actor, status, permission, code) => {
    const attempt = () => requirePermission({ actor, tenantId: "ten_a", tenant: { status } }, permission);
    if (code === undefined) expect(attempt).not.toThrow();
    else expect(attempt).toThrow(expect.objectContaining({ code }));
  });
});
