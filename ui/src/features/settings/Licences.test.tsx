import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test, vi } from "vitest";
import { renderPart } from "@/test/render";
import { Licences } from "./Licences";

vi.mock("@/generated/parts.json", () => ({
  default: [
    ["NotoSansSC", "", "OFL-1.1"],
    ["SQLCipher", "", "BSD-3-Clause"],
    ["tauri", "2.12.5", "Apache-2.0 OR MIT"],
  ],
}));

test("whose work is in the program is listed, and found by name and by licence", async () => {
  const user = userEvent.setup();
  await renderPart(<Licences />);
  await user.click(screen.getByRole("button", { name: "使用的开源软件" }));
  const row = await screen.findByRole("row", { name: /^tauri 2/ });
  expect(row).toHaveTextContent("Apache-2.0 OR MIT");
  const search = screen.getByRole("searchbox");
  await user.type(search, "ofl");
  await waitFor(() => expect(screen.queryByRole("row", { name: /^tauri 2/ })).toBeNull());
  expect(screen.getByRole("row", { name: /^NotoSansSC/ })).toBeInTheDocument();
  await user.clear(search);
  await user.type(search, "sqlcipher");
  expect(await screen.findByRole("row", { name: /^SQLCipher/ })).toHaveTextContent("BSD-3-Clause");
});
