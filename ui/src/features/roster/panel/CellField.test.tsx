import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it, vi } from "vitest";
import { renderPart } from "@/test/render";
import { CellField } from "./CellField";

vi.mock("@/host", () => ({ host: {}, client: { sight: async () => ({ is_full: true }) } }));

const held = () => {
  const answers: { done: (value?: unknown) => void; refuse: (why: unknown) => void }[] = [];
  const send = vi.fn((_: string) => new Promise<unknown>((done, refuse) => answers.push({ done, refuse })));
  return { send, answers };
};

it("saves what was ticked while the tick before was on its way", async () => {
  const { send, answers } = held();
  const user = userEvent.setup();
  await renderPart(<CellField member="m1" column="identity" text="" problems={[]} send={send} />);
  await user.click(screen.getByRole("checkbox", { name: "学生" }));
  await user.click(screen.getByRole("checkbox", { name: "家长" }));
  expect(send.mock.calls).toEqual([["student"]]);
  answers[0]?.done();
  await waitFor(() => expect(send.mock.calls).toEqual([["student"], ["student;parent"]]));
  answers[1]?.done();
  expect(screen.getByRole("checkbox", { name: "家长" })).toBeChecked();
});

it("tells a refusal only of what is still wanted", async () => {
  const { send, answers } = held();
  const user = userEvent.setup();
  await renderPart(<CellField member="m1" column="phone" text="" problems={[]} send={send} />);
  const phone = screen.getByRole("textbox", { name: "手机号" });
  await user.type(phone, "abc{Enter}");
  await user.clear(phone);
  await user.type(phone, "1390{Enter}");
  answers[0]?.refuse({ code: "invalid", params: { field: "phone", rule: "phone" } });
  await waitFor(() => expect(send.mock.calls).toEqual([["abc"], ["1390"]]));
  expect(screen.queryByRole("alert")).not.toBeInTheDocument();
  answers[1]?.refuse({ code: "invalid", params: { field: "phone", rule: "phone" } });
  expect(await screen.findByRole("alert")).toBeInTheDocument();
  expect(send).toHaveBeenCalledTimes(2);
});

it("ties the name and the fault of boxes to them", async () => {
  const send = vi.fn().mockRejectedValue({ code: "forbidden" });
  const user = userEvent.setup();
  await renderPart(<CellField member="m1" column="identity" text="" problems={[]} send={send} />);
  const boxes = screen.getByRole("group", { name: "身份" });
  await user.click(screen.getByRole("checkbox", { name: "学生" }));
  const fault = await screen.findByRole("alert");
  expect(boxes).toHaveAccessibleDescription(fault.textContent ?? "");
});
