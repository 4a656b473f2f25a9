//! Figures and image galleries as SVG.
