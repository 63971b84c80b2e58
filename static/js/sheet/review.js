// A page of the review: its forms are looked after as an answer's is.

import "./guard.js";
import "./signing.js";
import "./forms.js";
