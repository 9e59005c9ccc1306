"""The error function, which NumPy lacks."""

import numpy as np


def erf(x):
    r"""Integrate the bell curve: the chance, for a normal number of variance 1/2, to lie within ±x.

    $$\operatorname{erf}(x) = \frac{2}{\sqrt\pi} \int_0^x e^{-t^2}\,dt$$

    Quotients of polynomials on five ranges of |x|, each within 1e-15 of the true value in float64.

    **Shapes:** `x` and out: any, the same; `x` is float32 or float64.

    **Source:** Sun Microsystems, fdlibm, `s_erf.c` (1993), whose coefficients these are.
    """
    size = np.abs(np.atleast_1d(x))
    out = np.where(np.isnan(size), size, 1)
    for low, high, rule in _RANGES:
        inside = (size >= low) & (size < high)
        if inside.any():
            out[inside] = rule(size[inside])
    return np.copysign(out, np.atleast_1d(x)).reshape(np.shape(x))


def _polynomial(coefficients, x):
    total = coefficients[-1]
    for c in reversed(coefficients[:-1]):
        total = total * x + c
    return total


def _near_zero(x):
    square = x * x
    return x + x * _polynomial(_PP, square) / _polynomial(_QQ, square)


def _near_one(x):
    return _ERF_1 + _polynomial(_PA, x - 1) / _polynomial(_QA, x - 1)


def _tail(top, bottom):
    def rule(x):
        inverse = 1 / (x * x)
        power = -x * x - 0.5625 + _polynomial(top, inverse) / _polynomial(bottom, inverse)
        return 1 - np.exp(power) / x

    return rule


_ERF_1 = 8.45062911510467529297e-01
_PP = (
    1.28379167095512558561e-01, -3.25042107247001499370e-01, -2.84817495755985104766e-02,
    -5.77027029648944159157e-03, -2.37630166566501626084e-05,
)  # fmt: skip
_QQ = (
    1.0, 3.97917223959155352819e-01, 6.50222499887672944485e-02, 5.08130628187576562776e-03,
    1.32494738004321644526e-04, -3.96022827877536812320e-06,
)  # fmt: skip
_PA = (
    -2.36211856075265944077e-03, 4.14856118683748331666e-01, -3.72207876035701323847e-01,
    3.18346619901161753674e-01, -1.10894694282396677476e-01, 3.54783043256182359371e-02,
    -2.16637559486879084300e-03,
)  # fmt: skip
_QA = (
    1.0, 1.06420880400844228286e-01, 5.40397917702171048937e-01, 7.18286544141962662868e-02,
    1.26171219808761642112e-01, 1.36370839120290507362e-02, 1.19844998467991074170e-02,
)  # fmt: skip
_RA = (
    -9.86494403484714822705e-03, -6.93858572707181764372e-01, -1.05586262253232909814e01,
    -6.23753324503260060396e01, -1.62396669462573470355e02, -1.84605092906711035994e02,
    -8.12874355063065934246e01, -9.81432934416914548592e00,
)  # fmt: skip
_SA = (
    1.0, 1.96512716674392571292e01, 1.37657754143519042600e02, 4.34565877475229228821e02,
    6.45387271733267880336e02, 4.29008140027567833386e02, 1.08635005541779435134e02,
    6.57024977031928170135e00, -6.04244152148580987438e-02,
)  # fmt: skip
_RB = (
    -9.86494292470009928597e-03, -7.99283237680523006574e-01, -1.77579549177547519889e01,
    -1.60636384855821916062e02, -6.37566443368389627722e02, -1.02509513161107724954e03,
    -4.83519191608651397019e02,
)  # fmt: skip
_SB = (
    1.0, 3.03380607434824582924e01, 3.25792512996573918826e02, 1.53672958608443695994e03,
    3.19985821950859553908e03, 2.55305040643316442583e03, 4.74528541206955367215e02,
    -2.24409524465858183362e01,
)  # fmt: skip
_RANGES = (
    (0, 0.84375, _near_zero),
    (0.84375, 1.25, _near_one),
    (1.25, 1 / 0.35, _tail(_RA, _SA)),
    (1 / 0.35, 6, _tail(_RB, _SB)),
)
