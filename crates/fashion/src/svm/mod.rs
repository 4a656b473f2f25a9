//! Support vector machines, one against one.
