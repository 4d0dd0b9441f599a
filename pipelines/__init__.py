"""The jobs that newsbeam runs, composed of ``transforms``, and the command line."""
