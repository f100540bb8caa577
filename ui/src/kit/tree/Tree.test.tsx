import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { useState } from "react";
import { describe, expect, it, vi } from "vitest";
import { type Naming, Tree, type TreeProps } from "./Tree";

const node = (id: string, parent: string | null, name: string) => ({ id, parent, name, count: 3 });
const nodes = [
  node("g1", null, "Grade 1"),
  node("c1", "g1", "Class 1"),
  node("c2", "g1", "Class 2"),
  node("g2", null, "Grade 2"),
];

const Held = (props: Partial<TreeProps>) => {
  const [selected, setSelected] = useState<string | null>(null);
  const [expanded, setExpanded] = useState<ReadonlySet<string>>(new Set());
  const [naming, setNaming] = useState<Naming | null>(null);
  return (
    <Tree
      label="Departments"
      nodes={nodes}
      whole={{ name: "Everyone", count: 12 }}
      selected={selected}
      onSelect={setSelected}
      expanded={expanded}
      onExpand={(id, isExpanded) =>
        setExpanded((now) => new Set(isExpanded ? [...now, id] : [...now].filter((one) => one !== id)))
      }
      words={{ more: "More", name: "Name", none: "None" }}
      naming={naming}
      onRename={(id) => setNaming({ kind: "rename", id })}
      {...props}
      onNamed={(name) => {
        setNaming(null);
        props.onNamed?.(name);
      }}
    />
  );
};

const active = () => {
  const id = screen.getByRole("tree").getAttribute("aria-activedescendant") ?? "";
  return document.getElementById(id)?.getAttribute("aria-label");
};

describe("the tree by keyboard", () => {
  it("walks, unfolds, folds and chooses", async () => {
    const user = userEvent.setup();
    render(<Held />);
    await user.tab();
    expect(active()).toBe("Everyone 12");
    await user.keyboard("{ArrowDown}{ArrowRight}");
    expect(screen.getAllByRole("treeitem")).toHaveLength(5);
    await user.keyboard("{ArrowRight}{ArrowDown}{Enter}");
    expect(screen.getByRole("treeitem", { name: "Class 2 3" })).toHaveAttribute("aria-selected", "true");
    await user.keyboard("{ArrowLeft}{ArrowLeft}");
    expect(active()).toBe("Grade 1 3");
    expect(screen.getAllByRole("treeitem")).toHaveLength(3);
    await user.keyboard("{End}");
    expect(active()).toBe("Grade 2 3");
  });

  it("goes to the name that is typed", async () => {
    const user = userEvent.setup();
    render(<Held expanded={new Set(["g1"])} />);
    await user.tab();
    await user.keyboard("cl");
    expect(active()).toBe("Class 1 3");
    await user.keyboard("ass 2");
    expect(active()).toBe("Class 2 3");
  });

  it("renames in place and gives the focus back", async () => {
    const user = userEvent.setup();
    const onNamed = vi.fn();
    render(<Held onNamed={onNamed} />);
    await user.tab();
    await user.keyboard("{ArrowDown}{F2}");
    const input = screen.getByRole("textbox", { name: "Name" });
    expect(input).toHaveValue("Grade 1");
    await user.clear(input);
    await user.keyboard("Year 1{Enter}");
    expect(onNamed).toHaveBeenCalledExactlyOnceWith("Year 1");
    expect(screen.getByRole("tree")).toHaveFocus();
  });

  it("keeps the old name on Escape", async () => {
    const user = userEvent.setup();
    const onNamed = vi.fn();
    render(<Held onNamed={onNamed} />);
    await user.tab();
    await user.keyboard("{ArrowDown}{F2}other{Escape}");
    expect(onNamed).toHaveBeenCalledExactlyOnceWith(null);
  });

  it("removes, moves among siblings and opens the menu", async () => {
    const user = userEvent.setup();
    const onRemove = vi.fn();
    const onMove = vi.fn();
    const onMenu = vi.fn();
    render(<Held onRemove={onRemove} onMove={onMove} onMenu={onMenu} />);
    await user.tab();
    await user.keyboard("{ArrowDown}{Delete}");
    expect(onRemove).toHaveBeenCalledWith("g1");
    await user.keyboard("{Alt>}{ArrowDown}{/Alt}");
    expect(onMove).toHaveBeenCalledWith("g1", { parent: null, after: "g2" });
    await user.keyboard("{Shift>}{F10}{/Shift}");
    expect(onMenu).toHaveBeenCalledWith("g1", expect.anything());
  });

  it("moves a node one level out and in, and asks for more about it", async () => {
    const user = userEvent.setup();
    const onMove = vi.fn();
    const onOpen = vi.fn();
    render(<Held onMove={onMove} onOpen={onOpen} expanded={new Set(["g1"])} />);
    await user.tab();
    await user.keyboard("{ArrowDown}{ArrowDown}{Alt>}{ArrowLeft}{/Alt}");
    expect(onMove).toHaveBeenLastCalledWith("c1", { parent: null, after: "g1" });
    await user.keyboard("{End}{Alt>}{ArrowRight}{/Alt}");
    expect(onMove).toHaveBeenLastCalledWith("g2", { parent: "g1", after: "c2" });
    await user.keyboard("{Home}{ArrowDown}{Alt>}{ArrowLeft}{ArrowRight}{ArrowUp}{/Alt}");
    expect(onMove).toHaveBeenCalledTimes(2);
    await user.keyboard("{Alt>}{Enter}{/Alt}");
    expect(onOpen).toHaveBeenCalledExactlyOnceWith("g1");
  });

  it("says what is wrong with a name while it is typed, and loses nothing over it", async () => {
    const user = userEvent.setup();
    const onNamed = vi.fn();
    const checkName = (name: string) => (name === "Grade 2" ? "There is one already." : null);
    render(<Held onNamed={onNamed} checkName={checkName} />);
    await user.tab();
    await user.keyboard("{ArrowDown}{F2}");
    const input = screen.getByRole("textbox", { name: "Name" });
    await user.clear(input);
    await user.keyboard("Grade 2{Enter}");
    expect(screen.getByRole("alert")).toHaveTextContent("There is one already.");
    expect(input).toHaveAccessibleDescription("There is one already.");
    expect(onNamed).not.toHaveBeenCalled();
    await user.keyboard("b{Enter}");
    expect(onNamed).toHaveBeenCalledExactlyOnceWith("Grade 2b");
  });

  it("tells a marked node by a word", () => {
    render(<Held nodes={[{ ...node("g1", null, "Grade 1"), mark: "archived" }]} />);
    expect(screen.getByRole("treeitem", { name: "Grade 1 archived 3" })).toHaveTextContent("archived");
  });

  it("does without the row of the whole", async () => {
    const user = userEvent.setup();
    render(<Held whole={null} />);
    await user.tab();
    await user.keyboard("{Home}{Enter}");
    expect(screen.getByRole("treeitem", { name: "Grade 1 3" })).toHaveAttribute("aria-selected", "true");
    expect(screen.getAllByRole("treeitem")).toHaveLength(2);
  });
});
