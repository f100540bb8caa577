import { act, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, expect, test, vi } from "vitest";
import { client } from "@/host";
import { renderPart } from "@/test/render";
import { Tags } from "./Tags";

const tags = [
  { id: "t1", name: "住校", colour: "blue", count: 3 },
  { id: "t2", name: "校队", colour: "", count: 0 },
];

beforeEach(async () => {
  vi.restoreAllMocks();
  vi.spyOn(client, "tags").mockResolvedValue(tags);
  await renderPart(<Tags />);
  await screen.findByText("住校");
});

test("a tag is renamed where it stands and keeps its colour", async () => {
  const define = vi.spyOn(client, "defineTag").mockResolvedValue({ id: "t1" });
  const user = userEvent.setup();
  await user.click(screen.getByRole("button", { name: "给住校改名" }));
  const field = screen.getByRole("textbox", { name: "给住校改名" });
  expect(field).toHaveFocus();
  await user.clear(field);
  await user.type(field, "寄宿{Enter}");
  expect(define.mock.calls).toEqual([[{ id: "t1", name: "寄宿", colour: "blue" }]]);
  expect(screen.queryByRole("textbox", { name: "给住校改名" })).not.toBeInTheDocument();
});

test("a name that is taken stays in the field, and Escape leaves the tag as it was", async () => {
  const failure = { code: "invalid", params: { field: "name", rule: "name_taken" } };
  const define = vi.spyOn(client, "defineTag").mockRejectedValue(failure);
  const user = userEvent.setup();
  await user.click(screen.getByRole("button", { name: "给校队改名" }));
  const field = screen.getByRole("textbox", { name: "给校队改名" });
  await user.clear(field);
  await user.type(field, "住校{Enter}");
  expect(await screen.findByRole("alert")).toBeInTheDocument();
  expect(field).toHaveValue("住校");
  await user.click(field);
  await user.keyboard("{Escape}");
  expect(screen.getByText("校队")).toBeInTheDocument();
  expect(define).toHaveBeenCalledOnce();
});

test("tags are put in order", async () => {
  const arrange = vi.spyOn(client, "arrangeTags").mockResolvedValue({});
  const user = userEvent.setup();
  const list = within(screen.getByRole("list", { name: "标签" }));
  expect(list.getByRole("button", { name: "住校前移" })).toBeDisabled();
  await user.click(list.getByRole("button", { name: "住校后移" }));
  expect(arrange.mock.calls).toEqual([[{ ids: ["t2", "t1"] }]]);
});

test("leaving one name for the next leaves the next one open", async () => {
  let answer = () => {};
  vi.spyOn(client, "defineTag").mockReturnValue(new Promise((done) => (answer = () => done({ id: "t1" }))));
  const user = userEvent.setup();
  await user.click(screen.getByRole("button", { name: "给住校改名" }));
  await user.type(screen.getByRole("textbox", { name: "给住校改名" }), "生");
  await user.click(screen.getByRole("button", { name: "给校队改名" }));
  await act(async () => answer());
  expect(screen.getByRole("textbox", { name: "给校队改名" })).toBeInTheDocument();
});
