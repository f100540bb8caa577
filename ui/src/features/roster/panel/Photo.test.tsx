import { act, fireEvent, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, describe, expect, it, vi } from "vitest";
import type { Failure, PhotoPicture } from "@/generated/types";
import { forgetPhotos, photosArrived } from "@/session/photos";
import { useSession } from "@/session/store";
import { renderPart } from "@/test/render";
import { Photo } from "./Photo";

const HASH = "a".repeat(64);
const SHOWN = "data:image/jpeg;base64,AAAA";

const box = vi.hoisted(() => ({
  here: new Map<string, string>(),
  calls: [] as { name: string; args: unknown }[],
  failure: null as unknown,
}));
vi.mock("@/host", () => {
  const answers: Record<string, (args: never) => unknown> = {
    thumbnails: ({ hashes }: { hashes: string[] }): PhotoPicture[] =>
      hashes.map((hash) => ({ hash, data: box.here.get(hash) ?? null })),
    photo: ({ hash }: { hash: string }): PhotoPicture => ({ hash, data: box.here.get(hash) ?? null }),
    openPicture: () => ({
      picture: "p1",
      width: 600,
      height: 800,
      preview: SHOWN,
      crop: { x: 0, y: 0.1, width: 1 },
      ratio: 358 / 441,
      sharp_width: 0.6,
    }),
  };
  const client = new Proxy(
    {},
    {
      get: (_, name) => async (args: never) => {
        box.calls.push({ name: String(name), args });
        if (box.failure !== null && name === "openPicture") throw box.failure;
        return answers[String(name)]?.(args) ?? {};
      },
    },
  );
  return { host: { pickFile: async () => "/tmp/a.png" }, client };
});

vi.setConfig({ testTimeout: 20_000 });

const called = (name: string) => box.calls.filter((call) => call.name === name).map((call) => call.args);

beforeEach(() => {
  box.here.clear();
  box.calls.length = 0;
  box.failure = null;
  forgetPhotos();
  useSession.setState({ droppedPictures: null });
});

describe("the photo of a member", () => {
  it("is an outline until it comes, and asks once for what is on the screen", async () => {
    const { container } = await renderPart(<Photo member="m0" name="王小明" hash={HASH} />);
    await waitFor(() => expect(called("thumbnails")).toEqual([{ hashes: [HASH] }]));
    expect(container.querySelector("img")).toBeNull();
    box.here.set(HASH, SHOWN);
    act(() => photosArrived([HASH, "b".repeat(64)]));
    await waitFor(() => expect(container.querySelector("img")).toHaveAttribute("src", SHOWN));
    expect(called("thumbnails")).toHaveLength(2);
  });

  it("is set by one picture dropped on the window, cropped with the keyboard", async () => {
    await renderPart(<Photo member="m0" name="王小明" hash="" />);
    expect(useSession.getState().takesPicture).toBe(true);
    act(() => useSession.setState({ droppedPictures: ["/tmp/photo.jpg"] }));
    const frame = await screen.findByRole("application", { name: "裁剪框" });
    expect(called("openPicture")).toEqual([{ source: { from: "file", path: "/tmp/photo.jpg" } }]);
    expect(useSession.getState().droppedPictures).toBeNull();
    fireEvent.keyDown(frame, { key: "ArrowUp", shiftKey: true });
    await userEvent.click(screen.getByRole("button", { name: "使用这张照片" }));
    await waitFor(() => expect(called("setPhoto")).toHaveLength(1));
    const [sent] = called("setPhoto") as { crop: { y: number } }[];
    expect(sent?.crop.y).toBeCloseTo(0.026, 2);
  });

  it("says what to do with a picture that cannot be used", async () => {
    box.failure = { code: "photo_unsupported" } satisfies Failure;
    await renderPart(<Photo member="m0" name="王小明" hash="" />);
    await userEvent.click(screen.getByRole("button", { name: "为王小明添加照片" }));
    await userEvent.click(screen.getByRole("menuitem", { name: /从文件选择/ }));
    expect(await screen.findByText(/另存为 JPEG/)).toBeInTheDocument();
    expect(screen.queryByRole("application")).toBeNull();
  });

  it("has words where there is no camera", async () => {
    await renderPart(<Photo member="m0" name="王小明" hash="" />);
    await userEvent.click(screen.getByRole("button", { name: "为王小明添加照片" }));
    await userEvent.click(screen.getByRole("menuitem", { name: /用摄像头拍照/ }));
    expect(await screen.findByText("这台电脑上没有可用的摄像头。")).toBeInTheDocument();
  });
});
