"""scikit-learn-intelex (oneDAL): SVC in single and in double precision."""

from peer import serve

import machines
from importlib.metadata import version
from sklearnex.svm import SVC

VARIANTS = {"oneDAL, f32": (SVC, "float32"), "oneDAL, f64": (SVC, "float64")}

serve(lambda work: machines.measure(work, VARIANTS, most=60_000), {"scikit-learn-intelex": version("scikit-learn-intelex")})
