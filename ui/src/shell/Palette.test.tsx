import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { client } from "@/host";
import { useSession } from "@/session/store";
import { renderPart } from "@/test/render";
import { Palette } from "./Palette";

beforeEach(() => {
  // happy-dom has no scrolling.
  Element.prototype.scrollIntoView = () => undefined;
  vi.spyOn(client, "findMembers").mockResolvedValue([]);
  vi.spyOn(client, "sight").mockResolvedValue("masked" as never);
  vi.spyOn(client, "preferences").mockResolvedValue({ language: "zh", theme: "light" } as never);
  useSession.setState({ isPaletteOpen: true, asked: null });
});

describe("the palette", () => {
  it.each([
    ["xzcy", "新增成员", "add"],
    ["daochu", "导出名册", "export"],
    ["查找和", "查找和替换", "replace"],
  ])("finds a command by %s and gives it to the roster", async (typed, label, asked) => {
    const user = userEvent.setup();
    await renderPart(<Palette hasClasses />);
    await user.type(screen.getByPlaceholderText("输入命令、姓名或拼音首字母"), typed);
    expect(await screen.findByText(label)).toBeInTheDocument();
    await user.keyboard("{Enter}");
    expect(useSession.getState()).toMatchObject({ asked, isPaletteOpen: false });
  });

  it("chooses a command again when the people that were found are gone", async () => {
    const person = { id: "m1", name: "许三多", department: "", card_number: "" };
    vi.mocked(client.findMembers).mockImplementation(({ text }) =>
      Promise.resolve((text === "x" ? [person] : []) as never),
    );
    const user = userEvent.setup();
    await renderPart(<Palette hasClasses />);
    const field = screen.getByPlaceholderText("输入命令、姓名或拼音首字母");
    await user.type(field, "x");
    await waitFor(() =>
      expect(screen.getByRole("option", { name: /许三多/ })).toHaveAttribute("aria-selected", "true"),
    );
    await user.type(field, "zcy");
    await waitFor(() =>
      expect(screen.getByRole("option", { name: /新增成员/ })).toHaveAttribute("aria-selected", "true"),
    );
  });

  it("keeps an Enter until the people are there, and it is for the first of them", async () => {
    const person = { id: "m1", name: "许三多", department: "", card_number: "" };
    let answer: (people: unknown) => void = () => undefined;
    vi.mocked(client.findMembers).mockReturnValue(new Promise((resolve) => (answer = resolve)) as never);
    useSession.setState({ shownMember: null });
    const user = userEvent.setup();
    await renderPart(<Palette hasClasses />);
    await user.type(screen.getByPlaceholderText("输入命令、姓名或拼音首字母"), "x{Enter}");
    expect(useSession.getState()).toMatchObject({ shownMember: null, isPaletteOpen: true });
    answer([person]);
    await waitFor(() =>
      expect(useSession.getState()).toMatchObject({ shownMember: "m1", isPaletteOpen: false }),
    );
  });
});
