//! The crate `cedar-policy`: rules.cedar, one permit per rule; the rules that hold are the reasons of the response.

use std::borrow::Cow;
use std::collections::HashMap;
use std::hint::black_box;

use cedar_policy::{Authorizer, Context, Entities, EntityUid, PolicyId, PolicySet, Request, RestrictedExpression};

use super::{Engine, Prepared};
use crate::json::{self, Build};
use crate::work::Work;

pub fn prepare(work: &Work) -> Prepared {
    let cedar = work.cedar.as_ref().ok_or("the folder has no rules.cedar")?;
    let policies: PolicySet = cedar.parse().map_err(|error| format!("rules.cedar: {error}"))?;
    let mut numbers = HashMap::new();
    for policy in policies.policies() {
        let number = policy.annotation("id").and_then(|number| number.parse().ok());
        let number = number.ok_or_else(|| format!("rules.cedar: {} has no @id with a rule's number", policy.id()))?;
        numbers.insert(policy.id().clone(), number);
    }
    let uid = r#"Fixed::"it""#.parse::<EntityUid>().map_err(|error| error.to_string())?;
    let request = request(&uid, work.facts)?;
    Ok(Box::new(Cedar {
        authorizer: Authorizer::new(),
        policies,
        entities: Entities::empty(),
        numbers,
        rules: work.rules.len(),
        uid,
        request,
        text: work.facts,
    }))
}

/// The facts as the context of a request whose other parts no rule looks at.
fn request(uid: &EntityUid, text: &str) -> Result<Request, String> {
    let Expression::Record(pairs) = json::parse(text).map_err(|error| error.to_string())? else {
        return Err("the facts are not an object".to_owned());
    };
    let context = Context::from_pairs(pairs).map_err(|error| error.to_string())?;
    Request::new(uid.clone(), uid.clone(), uid.clone(), context, None).map_err(|error| error.to_string())
}

struct Cedar {
    authorizer: Authorizer,
    policies: PolicySet,
    entities: Entities,
    /// The rule that each policy states, counted from 1.
    numbers: HashMap<PolicyId, usize>,
    rules: usize,
    uid: EntityUid,
    request: Request,
    text: &'static str,
}

impl Engine for Cedar {
    fn verdicts(&mut self) -> Vec<Option<bool>> {
        let response = self.authorizer.is_authorized(&self.request, &self.policies, &self.entities);
        let mut verdicts = vec![None; self.rules];
        let mut set = |id: &PolicyId, verdict| {
            if let Some(place) = self.numbers.get(id).and_then(|number| verdicts.get_mut(number.checked_sub(1)?)) {
                *place = verdict;
            }
        };
        self.numbers.keys().for_each(|id| set(id, Some(false)));
        response.diagnostics().reason().for_each(|id| set(id, Some(true)));
        response.diagnostics().errors().for_each(|error| match error {
            cedar_policy::AuthorizationError::PolicyEvaluationError(error) => set(error.policy_id(), None),
        });
        verdicts
    }

    fn evaluate(&mut self) {
        black_box(self.authorizer.is_authorized(&self.request, &self.policies, &self.entities));
    }

    fn from_bytes(&mut self) {
        self.request = request(&self.uid, black_box(self.text)).expect("this text was bound before");
        self.evaluate();
    }
}

/// A JSON value in Cedar's terms. Cedar has no null: it is left out. A float becomes a decimal of four digits.
enum Expression {
    Nothing,
    Record(Vec<(String, RestrictedExpression)>),
    Other(RestrictedExpression),
}

impl Expression {
    fn into_cedar(self) -> Option<RestrictedExpression> {
        match self {
            Self::Nothing => None,
            Self::Record(pairs) => RestrictedExpression::new_record(pairs).ok(),
            Self::Other(expression) => Some(expression),
        }
    }
}

impl<'a> Build<'a> for Expression {
    type Entries = Vec<(String, RestrictedExpression)>;

    fn null() -> Self {
        Self::Nothing
    }

    fn bool(value: bool) -> Self {
        Self::Other(RestrictedExpression::new_bool(value))
    }

    fn int(value: i64) -> Self {
        Self::Other(RestrictedExpression::new_long(value))
    }

    fn float(value: f64) -> Self {
        /// Beyond this a decimal overflows.
        const LIMIT: f64 = 922_337_203_685_477.0;
        if value.abs() > LIMIT {
            return Self::Nothing;
        }
        Self::Other(RestrictedExpression::new_decimal(format!("{value:.4}")))
    }

    fn text(value: Cow<'a, str>) -> Self {
        Self::Other(RestrictedExpression::new_string(value.into_owned()))
    }

    fn list(values: Vec<Self>) -> Self {
        Self::Other(RestrictedExpression::new_set(values.into_iter().filter_map(Self::into_cedar)))
    }

    fn insert(map: &mut Self::Entries, key: Cow<'a, str>, value: Self) {
        if let Some(value) = value.into_cedar() {
            map.push((key.into_owned(), value));
        }
    }

    fn map(map: Self::Entries) -> Self {
        Self::Record(map)
    }
}
