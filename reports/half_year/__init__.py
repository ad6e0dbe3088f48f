"""The half-year report: drafted from the figures, edited paragraph by paragraph, kept in versions."""
