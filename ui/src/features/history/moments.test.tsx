import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, expect, test, vi } from "vitest";
import { client } from "@/host";
import { renderPart } from "@/test/render";
import { Operations } from "./Operations";
import { Past } from "./Past";

const TYPED = "2026-09-01 08:30";
const endOf = Date.parse("2026-09-01T08:30:59.999");

beforeEach(() => {
  vi.restoreAllMocks();
  vi.spyOn(client, "pastBegins").mockResolvedValue({ at: 0 } as never);
  vi.spyOn(client, "importHistory").mockResolvedValue([]);
  vi.spyOn(client, "sight").mockResolvedValue({ may_reveal: true } as never);
});

/** Types into a field that opens a calendar, as a person does who never looks at it. */
const type = async (name: string, then: string) => {
  const user = userEvent.setup();
  const field = screen.getByLabelText(name);
  await user.click(field);
  await user.clear(field);
  await user.type(field, TYPED);
  await user.keyboard(then);
  return user;
};

test.each(["{Enter}", "{Tab}"])(
  "the past is opened at a date and time that was typed and left by %s",
  async (then) => {
    const open = vi.spyOn(client, "openPast").mockRejectedValue({ code: "not_found" });
    await renderPart(<Past />);
    const user = await type("查看这一时刻的名册", then);
    await user.click(screen.getByRole("button", { name: "查看" }));
    await waitFor(() => expect(open).toHaveBeenLastCalledWith({ at: endOf, job: "past" }));
  },
);

test.each(["{Enter}", "{Tab}"])(
  "operations up to a date and time that was typed and left by %s",
  async (then) => {
    const asked = vi.spyOn(client, "operations").mockResolvedValue({ operations: [], has_more: false });
    await renderPart(<Operations />);
    await type("只看此时之前", then);
    await waitFor(() => expect(asked).toHaveBeenLastCalledWith({ limit: 50, until: endOf }));
  },
);
