import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test, vi } from "vitest";
import type { DoctorLine } from "@/generated/types";
import { client } from "@/host";
import { renderPart } from "@/test/render";
import { Doctor } from "./Doctor";

const lines: DoctorLine[] = [
  { check: "disk", is_ok: true, detail: "writable" },
  { check: "keyring", is_ok: false, code: "keyring_locked", detail: "keyring_locked reason=locked" },
];

test.each([
  ["zh", "检查这台电脑", /钥匙串.*锁/],
  ["en", "Check this computer", /keyring is locked/i],
] as const)("a finding says what is wrong and what to do in %s", async (language, button, words) => {
  vi.spyOn(client, "doctor").mockResolvedValue(lines);
  await renderPart(<Doctor />, language);
  await userEvent.setup().click(screen.getByRole("button", { name: button }));
  const [disk, keyring] = await screen.findAllByRole("listitem");
  expect(keyring).toHaveTextContent(words);
  expect(keyring).toHaveTextContent("reason=locked");
  expect(within(disk as HTMLElement).queryByText(/writable/)).not.toBeInTheDocument();
});
