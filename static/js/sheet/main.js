// A question's page: its form is looked after, and its sheet kept for the time without a network.

import "./guard.js";
import "./keeping.js";
import "./rows.js";
import "./signing.js";
import "./forms.js";
