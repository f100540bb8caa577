import { Route, Routes } from "react-router";
import { DesignerPage } from "./DesignerPage";
import { LayoutList } from "./LayoutList";
import "./layouts.css";

/** The layouts of printed sheets: all of them, and one being designed. */
const Layouts = () => (
  <Routes>
    <Route index element={<LayoutList />} />
    <Route path=":id" element={<DesignerPage />} />
  </Routes>
);

export default Layouts;
