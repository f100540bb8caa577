import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, expect, it, vi } from "vitest";
import { useAct } from "@/session/act";
import { useSession } from "@/session/store";
import { renderPart } from "@/test/render";
import { JobBar } from "./JobBar";

const answers = vi.hoisted(() => ({ undo: vi.fn(), cancelJob: vi.fn() }));
vi.mock("@/host", () => ({ host: {}, client: answers }));

beforeEach(() => vi.resetAllMocks());

const Undo = () => {
  const { undo } = useAct();
  return (
    <button type="button" onClick={() => void undo()}>
      undo
    </button>
  );
};

it("shows how far a long undo is, stops it, and says that nothing was changed", async () => {
  let fail = (_: unknown) => {};
  answers.undo.mockReturnValue(
    new Promise((_, reject) => {
      fail = reject;
    }),
  );
  answers.cancelJob.mockResolvedValue({});
  await renderPart(
    <>
      <Undo />
      <JobBar />
    </>,
  );
  await userEvent.click(screen.getByRole("button", { name: "undo" }));
  const { job } = answers.undo.mock.calls[0]?.[0] ?? {};
  expect(job).toEqual(expect.any(String));
  useSession.setState({ progress: { [job]: { done: 2000, total: 5000 } } });
  expect(await screen.findByText("已处理 2000 / 5000 条")).toBeVisible();
  await userEvent.click(screen.getByRole("button", { name: "停止并撤回" }));
  expect(answers.cancelJob).toHaveBeenCalledWith({ job });
  fail({ code: "cancelled" });
  await screen.findByText("已取消，什么都没有改变。");
  await waitFor(() => expect(screen.queryByRole("button", { name: "停止并撤回" })).toBeNull());
});
